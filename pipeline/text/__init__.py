"""From decoded or recognised words to the clean text that the rules read, with the way back to every raw character."""
