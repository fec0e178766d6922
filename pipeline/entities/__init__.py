"""Vietnamese named entities: the engines that find bodies, persons and places, and their vote on the facts."""
