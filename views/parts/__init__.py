"""What each page is made of, a folder a page; what several pages share is in views/shared."""
