"""What the app serves beside its pages, and what it adds to every answer on its way out."""
