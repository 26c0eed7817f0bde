"""The knowledge base: articles for clients and staff, who reads which, and what was asked for and not found."""
