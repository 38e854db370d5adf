package io.github.dnsonde.exchange;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Errno;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.ConnectionReset;
import io.github.dnsonde.probe.Reply.NoRoute;
import io.github.dnsonde.probe.Reply.NotSent;
import io.github.dnsonde.probe.Reply.PathFailed;
import io.github.dnsonde.probe.Reply.Phase;
import io.github.dnsonde.probe.Reply.Prohibited;
import io.github.dnsonde.probe.Reply.TimedOut;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every error number of this machine, by the C library's text for it. */
class FailuresTest {

  /** The number on Linux, on every processor that Java supports (errno(3)). */
  private static final int ENOKEY = 126;

  private static final int MOST_ERRNO = 133;

  @ParameterizedTest(name = "errno {0}")
  @ValueSource(
      ints = {
        4, // EINTR
        9, // EBADF
        11, // EAGAIN
        12, // ENOMEM
        14, // EFAULT
        23, // ENFILE
        24, // EMFILE
        88, // ENOTSOCK
        93, // EPROTONOSUPPORT
        97, // EAFNOSUPPORT
        98, // EADDRINUSE
        99, // EADDRNOTAVAIL
        105, // ENOBUFS
        106, // EISCONN
        114 // EALREADY
      })
  void shortagesOfThisMachineAreOurFailures(int errno) throws Throwable {
    assertEquals(new NotSent(Cause.NO_SOCKET, strerror(errno)), reply(errno));
  }

  @Test
  void everyOtherErrorBelongsToThePath() throws Throwable {
    List<Integer> ours = new ArrayList<>();
    for (int errno : IntStream.rangeClosed(1, MOST_ERRNO).toArray()) {
      if (reply(errno) instanceof NotSent) {
        ours.add(errno);
      }
    }

    assertEquals(List.of(4, 9, 11, 12, 14, 23, 24, 88, 93, 97, 98, 99, 105, 106, 114), ours);
  }

  @Test
  void namedErrorsHaveTheirReplies() throws Throwable {
    assertEquals(new Prohibited(Errno.EACCES), reply(13));
    assertEquals(new NoRoute(Errno.EINVAL), reply(22));
    assertEquals(new ConnectionReset(), reply(32), "EPIPE");
    assertEquals(new NoRoute(Errno.ENONET), reply(64));
    assertEquals(new Prohibited(Errno.EPROTO), reply(71));
    assertEquals(new Prohibited(Errno.ENOPROTOOPT), reply(92));
    assertEquals(new NoRoute(Errno.EOPNOTSUPP), reply(95));
    assertEquals(new NoRoute(Errno.ENETDOWN), reply(100));
    assertEquals(new NoRoute(Errno.ENETUNREACH), reply(101));
    assertEquals(new ConnectionReset(), reply(102), "ENETRESET");
    assertEquals(new ConnectionReset(), reply(103), "ECONNABORTED");
    assertEquals(new ConnectionReset(), reply(104), "ECONNRESET");
    assertEquals(new TimedOut(Phase.RESPONSE), reply(110), "ETIMEDOUT");
    assertEquals(new Reply.ConnectionRefused(), reply(111), "ECONNREFUSED");
    assertEquals(new NoRoute(Errno.EHOSTDOWN), reply(112));
    assertEquals(new Prohibited(Errno.EHOSTUNREACH), reply(113));
    assertEquals(new PathFailed("Required key not available"), reply(ENOKEY), "WireGuard");
  }

  @Test
  void anErrorOfJavaItselfIsOurFailure() {
    assertEquals(
        new NotSent(Cause.NO_SOCKET, "ClosedChannelException"),
        Failures.reply(new ClosedChannelException(), Phase.RESPONSE));
  }

  private static Reply reply(int errno) throws Throwable {
    IOException thrown = new SocketException(strerror(errno));
    return Failures.reply(thrown, Phase.RESPONSE);
  }

  @SuppressWarnings("restricted")
  private static String strerror(int errno) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MemorySegment text =
        (MemorySegment)
            linker
                .downcallHandle(
                    linker.defaultLookup().find("strerror").orElseThrow(),
                    FunctionDescriptor.of(ADDRESS, JAVA_INT))
                .invokeExact(errno);
    return text.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
