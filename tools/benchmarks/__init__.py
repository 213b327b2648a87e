"""What the course measures in seconds: one comparison a module."""
