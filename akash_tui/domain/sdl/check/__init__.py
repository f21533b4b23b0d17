"""What a readable SDL must still satisfy."""
