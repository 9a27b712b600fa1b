"""What several studies say about the same things."""
