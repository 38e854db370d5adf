package io.github.dnsonde.exchange;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Errno;
import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Translates the exceptions of a channel into replies.
 *
 * <p>The class alone is not enough: a channel's read throws a bare IOException for EHOSTUNREACH,
 * and connect throws BindException for EACCES. The message is unambiguous: it is the C library's
 * text for the errno (strerror(3)).
 */
final class Failures {

  private static final Map<String, Errno> ERRNOS =
      Arrays.stream(Errno.values()).collect(toUnmodifiableMap(Errno::text, Function.identity()));

  /**
   * The errors that this machine causes itself, in the words of strerror(3). The list is closed.
   * Any error that is neither here nor named below belongs to the path: a query that is refused in
   * an unknown way is still refused.
   */
  private static final Set<String> OURS =
      Set.of(
          "Too many open files", // EMFILE
          "Too many open files in system", // ENFILE
          "No buffer space available", // ENOBUFS
          "Cannot allocate memory", // ENOMEM
          "Out of memory", // ENOMEM, by musl
          "Cannot assign requested address", // EADDRNOTAVAIL
          "Address already in use", // EADDRINUSE
          "Resource temporarily unavailable", // EAGAIN: no port is left
          "Interrupted system call", // EINTR
          "Bad file descriptor", // EBADF
          "Bad address", // EFAULT
          "Socket operation on non-socket", // ENOTSOCK
          "Address family not supported by protocol", // EAFNOSUPPORT
          "Protocol not supported", // EPROTONOSUPPORT
          "Operation already in progress", // EALREADY
          "Transport endpoint is already connected"); // EISCONN

  private Failures() {}

  /** Returns the reply for an error of an open socket: a failure of the path, or one of our own. */
  static Reply reply(IOException e, Reply.Phase phase) {
    if (e instanceof PortUnreachableException) {
      return new Reply.PortUnreachable();
    }
    String error = e.getMessage();
    if (error == null || OURS.contains(error)) { // no errno: Java's own, such as a closed channel
      return new Reply.NotSent(
          Cause.NO_SOCKET, error == null ? e.getClass().getSimpleName() : error);
    }
    return switch (error) {
      case "Connection refused" -> new Reply.ConnectionRefused();
      case "Connection reset",
          "Connection reset by peer",
          "Broken pipe",
          "Software caused connection abort", // ECONNABORTED
          "Network dropped connection on reset" -> // ENETRESET
          new Reply.ConnectionReset();
      case "Connection timed out" -> new Reply.TimedOut(phase);
      default ->
          Optional.ofNullable(ERRNOS.get(error))
              .map(Failures::reply)
              .orElseGet(() -> new Reply.PathFailed(error));
    };
  }

  private static Reply reply(Errno errno) {
    return switch (errno) {
      case EHOSTUNREACH, EACCES, ENOPROTOOPT, EPROTO -> new Reply.Prohibited(errno);
      case ENETUNREACH, EINVAL, EHOSTDOWN, ENONET, EOPNOTSUPP, ENETDOWN -> new Reply.NoRoute(errno);
      case EPERM -> new Reply.LocalDenied(errno);
    };
  }
}
