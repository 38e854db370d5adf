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
 * namespace of each pod sandbox to a file (containerd and CRI-O: in {@code /var/run/netns}). Its
 * addresses are visible only from inside, and tenants inside can change them. So this class does
 * not decide which namespace belongs to a pod; the plan does.
 *
 * <p>One platform thread scans; any thread may read. No descriptor of a pod's namespace is held
 * between calls. A scan does a bounded amount of work, whatever the folders and namespaces contain.
 */
public final class SandboxNetworks implements AutoCloseable {

  /** Many times the number of pods that a node may have. Further files are not even listed. */
  static final int MOST_FILES = 2_048;

  /** The time after which a scan stops. The next scan continues, with those that waited longest. */
  private static final Duration BUDGET = Duration.ofMillis(250);

  /** The interval between visits to a namespace that is long known. Its addresses may change. */
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final List<Path> directories;
  private final Ticker ticker;
  private final NamespaceSwitch namespaceSwitch;
  private ScanResult scanResult = ScanResult.empty();
  private Set<Path> contested = Set.of();
  private FolderState folders = FolderState.NEVER;
  private Optional<Moment> scanned = Optional.empty();
  private volatile Known known = new Known(Map.of());

  /** The result of the last scan: each namespace once, however many files it is bound to. */
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

  /** Creates an instance with the clock of this machine. */
  public SandboxNetworks(List<Path> directories) throws Unavailable {
    this(directories, Ticker.SYSTEM);
  }

  /**
   * Creates an instance with the calling thread's namespace as home. Nothing is known before the
   * first scan.
   *
   * @param directories folders with files that namespaces are bound to; need not exist yet
   * @param ticker times the visits
   * @throws Unavailable if this process may not enter namespaces, with one line that advises what
   *     to do
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
   * Identifies every file, unless nothing can have changed. Enters those that are new, that have no
   * address yet, whose address another namespace claims, or that were not visited for a while. For
   * one platform thread.
   *
   * @return the changes to report
   * @throws Error if that thread could not return home: it must not go on
   */
  public ScanChanges scan() {
    Moment start = new Moment(ticker.nanos(), ticker.now());
    FolderState present = FolderState.of(directories);
    if (present.unchangedSince(folders, start) && settled(start)) {
      scanned = Optional.of(start);
      return ScanChanges.NONE;
    }
    folders = present;
    ScanResult now = ScanResult.empty();
    for (Path directory : directories) {
      list(directory, now)
          .forEach(file -> look(file).ifPresent(found -> now.sandboxes().put(file, found)));
    }
    boolean visited = visitDue(now, start);
    now.sandboxes().forEach(now::add);
    ScanChanges scanChanges = ScanChanges.between(scanResult, now);
    scanResult = now;
    known = new Known(networks(now));
    if (visited) {
      contested = contested(known.networks().values());
    }
    scanned = Optional.of(start);
    return scanChanges;
  }

  /**
   * Returns true if a scan can only find what the last one found, as long as no file was added or
   * removed: all files are namespaces, and none is due for a visit.
   */
  private boolean settled(Moment start) {
    return scanResult.failures().isEmpty()
        && scanResult.sandboxes().entrySet().stream()
            .allMatch(
                entry ->
                    namespaceSwitch.isNamespace(entry.getValue().id())
                        && !isDue(entry.getKey(), entry.getValue(), start));
  }

  /** Lists the files of a folder. If it cannot be listed now, it keeps the files that it had. */
  private List<Path> list(Path directory, ScanResult now) {
    try (Stream<Path> listed = Files.list(directory)) {
      List<Path> files = listed.limit(MOST_FILES + 1).toList();
      if (files.size() > MOST_FILES) {
        now.failures()
            .put(
                directory,
                directory + " has more than " + MOST_FILES + " files: the others are ignored");
      }
      return files.stream().limit(MOST_FILES).toList();
    } catch (NoSuchFileException _) {
      return List.of(); // the runtime creates it with the node's first pod
    } catch (IOException | UncheckedIOException e) {
      now.failures().put(directory, "cannot list " + directory + ": " + words(e));
      return scanResult.sandboxes().keySet().stream()
          .filter(file -> directory.equals(file.getParent()))
          .toList();
    }
  }

  /** Identifies a file; empty if it vanished after it was listed. */
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
          Sandbox.hidden(FileIdentity.UNKNOWN, "cannot read " + file + ": " + words(e)));
    }
  }

  private Sandbox fresh(Path file, NetworkId id) {
    return namespaceSwitch.isNamespace(id)
        ? Sandbox.unvisited(id)
        : Sandbox.hidden(id, file + " is not a network namespace");
  }

  /** Visits the files that are due. Returns true if there were any. */
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

  /** Visits one file. Shortages on our side may be over the next time; a wrong file stays wrong. */
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
                          + " addresses: only those"
                          + " that packets to elsewhere are sent from count");
      return before.with(found, trouble, at, scanned);
    } catch (Unavailable e) {
      return before.failed(String.valueOf(e.getMessage()), e.untestedBy() == Cause.NO_SOCKET, at);
    } catch (SystemCallException e) {
      return before.failed("in " + file + ": " + e.getMessage(), true, at);
    }
  }

  /**
   * Groups files by namespace. One that is bound to several files goes by the first of their names.
   */
  private Map<NetworkId, FoundNetwork> networks(ScanResult now) {
    return now.sandboxes().entrySet().stream()
        .filter(entry -> namespaceSwitch.isNamespace(entry.getValue().id()))
        .map(entry -> entry.getValue().network(entry.getKey()))
        .collect(toUnmodifiableMap(FoundNetwork::id, network -> network, (first, _) -> first));
  }

  /** The files of namespaces with an address that another namespace also claims. */
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

  /** The name of the errno if Java has an exception for it, otherwise the message. */
  private static String words(Exception e) {
    return switch (e) {
      case AccessDeniedException _ -> "EACCES";
      case NotDirectoryException _ -> "ENOTDIR";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** Every network namespace of the last scan. May be called by any thread. */
  public List<FoundNetwork> found() {
    return List.copyOf(known.networks().values());
  }

  /** Every address of the last scan. May be called by any thread. */
  public Set<InetAddress> addresses() {
    return known.networks().values().stream()
        .flatMap(network -> network.addresses().keySet().stream())
        .collect(toUnmodifiableSet());
  }

  /**
   * The file of the only namespace that had this address at the last scan, on its primary interface
   * if several have it; empty if none or several remain. May be called by any thread.
   */
  public Optional<Path> fileOf(InetAddress podAddress) {
    List<FoundNetwork> claiming = known.claiming(podAddress);
    return claiming.size() == 1 ? Optional.of(claiming.getFirst().file()) : Optional.empty();
  }

  /** Locates vantages by their addresses alone, for use without a plan. */
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
   * Locates the namespaces that a plan chose.
   *
   * @param choices choices of the current plan; may be read by any thread
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
                    + " now, and the API server has not reported the pod since");
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
   * Returns true if the namespace still exists and has this address, unless it is known to have
   * lost it. Looks from inside, now. If looking fails on our side, this proves nothing, and the
   * result is true. For platform threads only.
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
   * Wraps an exchange: a query whose pod disappeared meanwhile is untested, unless it was answered.
   *
   * @param exchange used and closed by the result
   * @param namespaceLocator locates the vantages
   */
  public Exchange watching(Exchange exchange, NamespaceLocator namespaceLocator) {
    return new PodExchange(exchange, this, namespaceLocator);
  }

  /** Closes home; nothing can be scanned afterwards. */
  @Override
  public void close() {
    namespaceSwitch.close();
  }
}
