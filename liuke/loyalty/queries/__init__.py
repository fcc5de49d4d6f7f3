"""What others may ask of loyalty."""
