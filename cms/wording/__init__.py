"""What the code says to people, compared with what the message catalogues hold."""
