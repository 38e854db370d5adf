package io.github.dnsonde.netns;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.netns.Sandbox.Moment;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.FoundNetwork;
import io.github.dnsonde.probe.NetworkChoice;
import io.github.dnsonde.probe.NetworkId;
import io.github.dnsonde.probe.PodAddress;
import io.github.dnsonde.probe.Sockets.Unavailable;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The node's network namespaces, and the addresses in them. The container runtime binds the
 * namespace of each pod sandbox to a file (containerd and CRI-O: in {@code /var/run/netns}); what
 * addresses it has can be seen from inside only, and are what whoever is inside says. Which
 * namespace is a pod's is for others to decide.
 *
 * <p>One platform thread scans; any thread may ask. No descriptor of a pod's namespace is held
 * between calls. A scan does a bounded amount of work, whatever lies in the folders and whatever is
 * in the namespaces.
 */
public final class SandboxNetworks implements AutoCloseable {

  /** Many times the pods that a node may have; the names alone are read of no more. */
  static final int MOST_FILES = 2_048;

  /** A scan goes on at the next one after so long: then those first that waited longest. */
  private static final Duration BUDGET = Duration.ofMillis(250);

  /** Addresses may change in a namespace that is long known: it is visited again after so long. */
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final List<Path> directories;
  private final Ticker ticker;
  private final NamespaceSwitch namespaceSwitch;
  private ScanResult scanResult = ScanResult.empty();
  private Set<Path> contested = Set.of();
  private Optional<Moment> scanned = Optional.empty();
  private volatile Known known = new Known(Map.of());

  /** What the last scan found: each namespace once, whatever files it is bound to. */
  private record Known(Map<NetworkId, FoundNetwork> networks) {

    Optional<Path> fileOf(NetworkId id) {
      return Optional.ofNullable(networks.get(id)).map(FoundNetwork::file);
    }

    List<FoundNetwork> claiming(InetAddress address) {
      List<FoundNetwork> all =
          networks.values().stream()
              .filter(network -> network.addresses().containsKey(address))
              .toList();
      List<FoundNetwork> primary =
          all.stream().filter(network -> network.held(address).primary()).toList();
      return primary.isEmpty() ? all : primary;
    }
  }

  /** As below, with the clock of this machine. */
  public SandboxNetworks(List<Path> directories) throws Unavailable {
    this(directories, Ticker.SYSTEM);
  }

  /**
   * Remembers the calling thread's namespace as home. Nothing is known before the first scan.
   *
   * @param directories where namespaces are bound to files; need not exist yet
   * @param ticker when what was found
   * @throws Unavailable if this process may enter no namespace, with one line that says what to do
   */
  public SandboxNetworks(List<Path> directories, Ticker ticker) throws Unavailable {
    this.directories = directories.stream().distinct().toList();
    this.ticker = ticker;
    this.namespaceSwitch = new NamespaceSwitch();
    try {
      namespaceSwitch.tryIt();
    } catch (Unavailable e) {
      namespaceSwitch.close();
      throw e;
    }
  }

  /**
   * Looks at every file and enters those that are new, that have no address yet, whose address
   * another namespace claims, or that were not visited for a while. Belongs to one platform thread.
   *
   * @return what is to be told of it
   * @throws Error if that thread could not come home: it must not go on
   */
  public ScanChanges scan() {
    Moment start = new Moment(ticker.nanos(), ticker.now());
    ScanResult now = ScanResult.empty();
    for (Path directory : directories) {
      list(directory, now)
          .forEach(file -> look(file).ifPresent(found -> now.sandboxes().put(file, found)));
    }
    boolean visited = visitDue(now, start);
    now.sandboxes().forEach(now::told);
    ScanChanges scanChanges = ScanChanges.between(scanResult, now);
    scanResult = now;
    known = new Known(networks(now));
    if (visited) {
      contested = contested(known.networks().values());
    }
    scanned = Optional.of(start);
    return scanChanges;
  }

  /** A folder that cannot be listed just now still has the files that it had. */
  private List<Path> list(Path directory, ScanResult now) {
    try (Stream<Path> listed = Files.list(directory)) {
      List<Path> files = listed.limit(MOST_FILES + 1).toList();
      if (files.size() > MOST_FILES) {
        now.failures()
            .put(
                directory,
                directory
                    + " has more than "
                    + MOST_FILES
                    + " files: the others are not looked at");
      }
      return files.stream().limit(MOST_FILES).toList();
    } catch (NoSuchFileException _) {
      return List.of(); // the runtime makes it with the node's first pod
    } catch (IOException | UncheckedIOException e) {
      now.failures().put(directory, "listing " + directory + ": " + words(e));
      return scanResult.sandboxes().keySet().stream()
          .filter(file -> directory.equals(file.getParent()))
          .toList();
    }
  }

  /** Empty for a file that vanished since it was listed. */
  private Optional<Sandbox> look(Path file) {
    try {
      NetworkId id = FileIdentity.of(file);
      return Optional.of(
          Optional.ofNullable(scanResult.sandboxes().get(file))
              .filter(sandbox -> sandbox.id().equals(id))
              .orElseGet(() -> fresh(file, id)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          Sandbox.hidden(FileIdentity.UNKNOWN, "looking at " + file + ": " + words(e)));
    }
  }

  private Sandbox fresh(Path file, NetworkId id) {
    return namespaceSwitch.isNamespace(id)
        ? Sandbox.unvisited(id)
        : Sandbox.hidden(id, file + " is not a network namespace");
  }

  /** Returns whether anything was visited. */
  private boolean visitDue(ScanResult now, Moment start) {
    List<Path> due =
        now.sandboxes().entrySet().stream()
            .filter(entry -> isDue(entry.getKey(), entry.getValue(), start))
            .sorted(Comparator.comparingLong(entry -> waitingSince(entry.getValue())))
            .map(Map.Entry::getKey)
            .toList();
    for (Path file : due) {
      if (ticker.nanos() - start.nanos() >= BUDGET.toNanos()) {
        break;
      }
      now.sandboxes().computeIfPresent(file, this::visit);
    }
    return !due.isEmpty();
  }

  private boolean isDue(Path file, Sandbox sandbox, Moment start) {
    return sandbox.again()
        || contested.contains(file)
        || (!sandbox.addresses().isEmpty()
            && start.nanos() - waitingSince(sandbox) >= AGAIN.toNanos());
  }

  private static long waitingSince(Sandbox sandbox) {
    return sandbox.visited().map(Moment::nanos).orElse(Long.MIN_VALUE);
  }

  /** What lacks on our side may be there the next time; what is wrong with the file stays so. */
  private Sandbox visit(Path file, Sandbox before) {
    Moment at = new Moment(ticker.nanos(), ticker.now());
    try {
      AddressList found = namespaceSwitch.inside(Entrance.to(before.id(), file), AddressList::here);
      Optional<String> trouble =
          Optional.of(file)
              .filter(_ -> found.cut())
              .map(
                  it ->
                      it
                          + " has more than "
                          + AddressList.MOST
                          + " addresses: of these, only"
                          + " those count that packets to elsewhere leave with");
      return before.with(found, trouble, at, scanned);
    } catch (Unavailable e) {
      return before.failed(String.valueOf(e.getMessage()), e.untestedBy() == Cause.NO_SOCKET, at);
    } catch (SystemCallException e) {
      return before.failed("in " + file + ": " + e.getMessage(), true, at);
    }
  }

  /** A namespace that is bound to several files goes by the first of their names. */
  private Map<NetworkId, FoundNetwork> networks(ScanResult now) {
    return now.sandboxes().entrySet().stream()
        .filter(entry -> namespaceSwitch.isNamespace(entry.getValue().id()))
        .map(entry -> entry.getValue().network(entry.getKey()))
        .collect(toUnmodifiableMap(FoundNetwork::id, it -> it, (first, _) -> first));
  }

  /** The files of namespaces that claim what another namespace claims too. */
  private static Set<Path> contested(Collection<FoundNetwork> networks) {
    Map<InetAddress, FoundNetwork> first = new HashMap<>();
    Set<Path> contested = new HashSet<>();
    for (FoundNetwork network : networks) {
      for (InetAddress address : network.addresses().keySet()) {
        FoundNetwork other = first.putIfAbsent(address, network);
        if (other != null) {
          contested.add(other.file());
          contested.add(network.file());
        }
      }
    }
    return contested;
  }

  /** The errno's name, where Java has made a type of it. */
  private static String words(Exception e) {
    return switch (e) {
      case AccessDeniedException _ -> "EACCES";
      case NotDirectoryException _ -> "ENOTDIR";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** Every network namespace that was there at the last scan. Any thread may ask. */
  public List<FoundNetwork> found() {
    return List.copyOf(known.networks().values());
  }

  /** Every address known at the last scan. Any thread may ask. */
  public Set<InetAddress> addresses() {
    return known.networks().values().stream()
        .flatMap(network -> network.addresses().keySet().stream())
        .collect(toUnmodifiableSet());
  }

  /**
   * The file of the only namespace that had this address at the last scan, on its primary interface
   * if several have it; empty if that leaves none or several. Any thread may ask.
   */
  public Optional<Path> fileOf(InetAddress podAddress) {
    List<FoundNetwork> claiming = known.claiming(podAddress);
    return claiming.size() == 1 ? Optional.of(claiming.getFirst().file()) : Optional.empty();
  }

  /** Finds vantages by their addresses alone, where no plan chose anything. */
  public NamespaceLocator byAddress() {
    return vantage -> {
      List<FoundNetwork> claiming = known.claiming(vantage.from());
      return switch (claiming.size()) {
        case 0 -> throw gone(vantage, "no network namespace has " + Addresses.text(vantage.from()));
        case 1 -> Entrance.to(claiming.getFirst().id(), claiming.getFirst().file());
        default ->
            throw contested(vantage, claiming.stream().map(FoundNetwork::file).sorted().toList());
      };
    };
  }

  /**
   * Finds the namespaces that a plan chose.
   *
   * @param choices of the plan in force; any thread may ask for them
   */
  public NamespaceLocator chosen(Supplier<Map<PodAddress, NetworkChoice>> choices) {
    return vantage -> {
      NetworkChoice choice = choices.get().get(PodAddress.of(vantage));
      return switch (choice) {
        case null -> throw gone(vantage, "it has no network namespace here");
        case NetworkChoice.Chosen(NetworkId id) -> entrance(vantage, id, false);
        case NetworkChoice.Bare(NetworkId id, boolean lasting) -> entrance(vantage, id, lasting);
        case NetworkChoice.Contested lasting when !lasting.usable() ->
            throw contested(vantage, lasting.claimants());
        case NetworkChoice.Contested(Optional<NetworkId> id, _, List<Path> claimants) ->
            entrance(vantage, id.orElseThrow(() -> contested(vantage, claimants)), false);
        case NetworkChoice.Unconfirmed(_, Path claimant) ->
            throw gone(
                vantage,
                claimant
                    + " has "
                    + Addresses.text(vantage.from())
                    + " now, and the API server has said nothing about the pod since");
      };
    };
  }

  private Entrance entrance(Vantage vantage, NetworkId id, boolean addressless) throws Unavailable {
    Path file = known.fileOf(id).orElseThrow(() -> gone(vantage, "its network namespace is gone"));
    return new Entrance(file, Optional.of(id), addressless);
  }

  private static Unavailable gone(Vantage vantage, String why) {
    return new Unavailable(Cause.VANTAGE_GONE, vantage.namespacedPod() + ": " + why);
  }

  private static Unavailable contested(Vantage vantage, List<Path> claimants) {
    return new Unavailable(
        Cause.CONTESTED,
        vantage.namespacedPod()
            + ": "
            + claimants.stream().map(Path::toString).collect(joining(" and "))
            + " claim "
            + Addresses.text(vantage.from()));
  }

  /**
   * Whether the namespace is still there, and has this address unless it is known to have lost it:
   * looked at from inside, now. What keeps us from looking proves nothing. Belongs to platform
   * threads.
   */
  boolean isAt(InetAddress podAddress, Entrance entrance) {
    try {
      AddressList found = namespaceSwitch.inside(entrance, AddressList::here);
      return entrance.addressless() || found.cut() || found.primary().containsKey(podAddress);
    } catch (Unavailable e) {
      return e.untestedBy() != Cause.VANTAGE_GONE;
    } catch (SystemCallException _) {
      return true;
    }
  }

  /**
   * The same exchange, but that a question whose pod went away meanwhile is untested, however it
   * ended, unless with an answer.
   *
   * @param exchange used and closed by what this returns
   * @param namespaceLocator what it finds its vantages by
   */
  public Exchange watching(Exchange exchange, NamespaceLocator namespaceLocator) {
    return new PodExchange(exchange, this, namespaceLocator);
  }

  /** Forgets home; nothing can be scanned after this. */
  @Override
  public void close() {
    namespaceSwitch.close();
  }
}
