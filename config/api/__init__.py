"""The REST API under `/api/v1/`: scoped to one organisation by its address, judged by the role table."""
