"""Instruments of Keysight Technologies: Truevolt multimeters 34460A, 34461A, 34465A and 34470A."""
