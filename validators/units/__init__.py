"""What is deployed as one, found from the repository alone by reading: nothing is rendered, fetched or run here."""
