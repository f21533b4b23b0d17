"""Our .proto files and the code generated from them; shared by the client and the practice network."""
