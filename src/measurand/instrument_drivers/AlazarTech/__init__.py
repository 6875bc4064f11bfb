"""AlazarTech: digitizer cards, spoken to through the vendor's library."""
