"""Settings, addresses, the API's router, the queue. May import every room."""
