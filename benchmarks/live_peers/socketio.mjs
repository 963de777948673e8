// Broadcasts what one socket says to all others, with socket.io over WebSocket as its documentation shows it.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, pingTimeout: 600000 });
io.on("connection", (socket) => {
  socket.on("camera", (value) => socket.broadcast.emit("camera", value));
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
