"""govtrack: evidence and audit trail for the NIST AI RMF run inside an ISO/IEC 42001 AIMS."""

__version__ = "0.1.0"
