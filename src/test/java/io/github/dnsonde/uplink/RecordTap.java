package io.github.dnsonde.uplink;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A relay of one TLS connection that measures the client's records of application data. */
final class RecordTap implements AutoCloseable {

  /** RFC 8446, §5.1. */
  private static final int APPLICATION_DATA = 23;

  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));

  private final InetSocketAddress target;
  private final AtomicInteger records = new AtomicInteger();
  private final AtomicInteger longest = new AtomicInteger();

  RecordTap(InetSocketAddress target) throws IOException {
    this.target = target;
    Thread.ofVirtual().start(this::relay);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  int records() {
    return records.get();
  }

  /** The octets of the longest record, encrypted. */
  int longest() {
    return longest.get();
  }

  private void relay() {
    try (Socket client = listener.accept();
        Socket server = new Socket(target.getAddress(), target.getPort())) {
      InputStream back = server.getInputStream();
      OutputStream toClient = client.getOutputStream();
      Thread replies = Thread.ofVirtual().start(() -> copy(back, toClient));
      forward(new DataInputStream(client.getInputStream()), server.getOutputStream());
      replies.join();
    } catch (IOException | InterruptedException _) {
      // the end of the connection, or of the test
    }
  }

  private void forward(DataInputStream in, OutputStream out) throws IOException {
    byte[] header = new byte[5];
    for (int read = in.readNBytes(header, 0, 5); read == 5; read = in.readNBytes(header, 0, 5)) {
      byte[] body = new byte[(header[3] & 0xff) << 8 | (header[4] & 0xff)];
      in.readFully(body);
      if (header[0] == APPLICATION_DATA) {
        longest.accumulateAndGet(body.length, Math::max);
        records.incrementAndGet();
      }
      out.write(header);
      out.write(body);
    }
  }

  private static void copy(InputStream in, OutputStream out) {
    try {
      in.transferTo(out);
    } catch (IOException _) {
      // the end of the connection
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
