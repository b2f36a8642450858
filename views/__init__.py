"""What people see: one short script a page, and the pieces they share."""
