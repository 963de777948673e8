"""Cases of city governance in a closed loop: what may follow what, who may do it, and until when."""
