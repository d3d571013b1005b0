"""What is true of every request, whatever it asks for."""
