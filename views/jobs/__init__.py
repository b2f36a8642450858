"""Jobs: frames from the store, a computation, the result back; a page and the terminal both call them."""
