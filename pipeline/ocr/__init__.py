"""Page images to words with boxes and confidence; so far, only what is known of the engine."""
