"""What an organisation keeps in its AI management system, one module a noun."""
