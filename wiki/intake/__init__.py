"""Floor 7: voices on paper, at the counter, by telephone and from meetings, entered by staff（意見用紙、受付番号）."""
