package io.github.dnsonde.http;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;

/** A client's socket that shows if this program waits for the client, or the client for it. */
final class ClientSocket extends Socket {

  private volatile boolean awaited;

  private ClientSocket() throws SocketException {
    super((SocketImpl) null); // set when a connection is accepted
  }

  /** A listening socket that accepts such sockets. */
  static final class Listening extends ServerSocket {
    Listening() throws IOException {}

    @Override
    public ClientSocket accept() throws IOException {
      ClientSocket client = new ClientSocket();
      implAccept(client);
      return client;
    }
  }

  /**
   * Returns true if a thread waits for octets that the client has not sent. False if the octets
   * have arrived and were not read yet, or are being processed.
   */
  boolean isAwaited() {
    try {
      return awaited && getInputStream().available() == 0;
    } catch (IOException _) {
      return true; // closed: nothing to wait for
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new Watched(super.getInputStream());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new Yielding(super.getOutputStream());
  }

  /** Records when a thread waits for the client. */
  private final class Watched extends FilterInputStream {
    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] octet = new byte[1];
      return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
    }

    @Override
    public int read(byte[] octets, int offset, int length) throws IOException {
      awaited = true;
      try {
        return super.read(octets, offset, length);
      } finally {
        awaited = false;
      }
    }
  }

  /**
   * Lets other clients' threads run after each piece. Virtual threads share a few carriers, and one
   * that always has something to write would not release its carrier (JEP 444).
   */
  private static final class Yielding extends FilterOutputStream {
    Yielding(OutputStream out) {
      super(out);
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // affects only how long others wait
    public void write(byte[] octets, int offset, int length) throws IOException {
      out.write(octets, offset, length);
      Thread.yield();
    }
  }
}
