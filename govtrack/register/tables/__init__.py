"""The tables of the register, one module a noun."""
