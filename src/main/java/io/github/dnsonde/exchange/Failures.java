package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Errno;
import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.net.PortUnreachableException;

/**
 * From the exception that a channel throws to what the wire did.
 *
 * <p>The class alone does not tell: a channel's read throws a bare IOException for EHOSTUNREACH,
 * and connect throws BindException for EACCES. The message does: it is the C library's text for the
 * errno (strerror(3)).
 */
final class Failures {

  private Failures() {}

  /**
   * What an error on an open socket says about the way to the server; an error that says nothing is
   * ours.
   */
  static Reply reply(IOException e, Reply.Phase phase) {
    if (e instanceof PortUnreachableException) {
      return new Reply.PortUnreachable();
    }
    return switch (String.valueOf(e.getMessage())) {
      case "Connection refused" -> new Reply.ConnectionRefused();
      case "Connection reset", "Connection reset by peer", "Broken pipe" ->
          new Reply.ConnectionReset();
      case "Connection timed out" -> new Reply.TimedOut(phase);
      case "No route to host" -> new Reply.Prohibited(Errno.EHOSTUNREACH);
      case "Permission denied" -> new Reply.Prohibited(Errno.EACCES);
      case "Network is unreachable" -> new Reply.NoRoute(Errno.ENETUNREACH);
      case "Invalid argument" -> new Reply.NoRoute(Errno.EINVAL);
      case "Operation not permitted" -> new Reply.LocalDenied(Errno.EPERM);
      default -> new Reply.NotSent(Cause.NO_SOCKET, String.valueOf(e.getMessage()));
    };
  }
}
