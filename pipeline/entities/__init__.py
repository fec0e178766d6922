"""Vietnamese named entities: the engines that mark organisations, persons and places. None is here yet."""
