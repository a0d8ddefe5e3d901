"""What the shipped checkpoints come to, beside the course's and the papers' numbers."""
