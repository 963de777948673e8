/// <reference types="vite/client" />
declare module "maplibre-gl/dist/maplibre-gl.css";
declare module "uplot/dist/uPlot.min.css";
