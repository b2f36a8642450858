"""What the pages share: cached reads, words, numbers, the map, the legend, the cards."""
