"""The pieces of the page of complaints."""
