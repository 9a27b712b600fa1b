"""What the Side by Side report printed."""
