"""What a person looks at; so far, one plan in the terminal."""
