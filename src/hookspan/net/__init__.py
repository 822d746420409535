"""The one guarded way out: egress vets, connect and pool make and keep connections, wire and http speak HTTP/1.1."""
