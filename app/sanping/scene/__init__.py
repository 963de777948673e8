"""The 3D picture in VTK; knows no Qt."""
