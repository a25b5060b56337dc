"""An HTTP service for orders, embedding backorderkit in FastAPI."""
