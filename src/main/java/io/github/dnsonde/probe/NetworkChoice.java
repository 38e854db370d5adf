package io.github.dnsonde.probe;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The network namespace that a pod's probes are sent from, or why there is none. A plan remembers
 * it: another namespace that has the pod's address later is not the pod's for that reason alone.
 */
public sealed interface NetworkChoice {

  /** The pod's namespace, even if it must not be used now; empty when it is not known. */
  Optional<NetworkId> network();

  /** Whether probes may be sent from {@link #network} now. */
  boolean usable();

  /** The pod is in this namespace. */
  record Chosen(NetworkId id) implements NetworkChoice {
    @Override
    public Optional<NetworkId> network() {
      return Optional.of(id);
    }

    @Override
    public boolean usable() {
      return true;
    }
  }

  /**
   * The pod is in this namespace, which has lost the pod's address.
   *
   * @param lasting whether that is so for longer than a teardown takes, and the API server still
   *     reports the pod: then nothing in the pod can resolve, and that is a failure
   */
  record Bare(NetworkId id, boolean lasting) implements NetworkChoice {
    @Override
    public Optional<NetworkId> network() {
      return Optional.of(id);
    }

    @Override
    public boolean usable() {
      return lasting;
    }
  }

  /**
   * Several living namespaces claim the pod's address.
   *
   * @param network the one of them that was chosen before; empty when none was
   * @param lasting whether that is so for longer than a teardown takes: then none is used
   * @param claimants the files that they are bound to; the first few, should there be many
   */
  record Contested(Optional<NetworkId> network, boolean lasting, List<Path> claimants)
      implements NetworkChoice {

    private static final int MOST_CLAIMANTS = 4;

    public Contested {
      claimants = claimants.stream().limit(MOST_CLAIMANTS).toList();
    }

    @Override
    public boolean usable() {
      return !lasting && network.isPresent();
    }
  }

  /**
   * Another namespace has the pod's address, and the API server has said nothing about the pod
   * since: it may be another pod's by now.
   *
   * @param network the one chosen before, if it is still there without the address
   * @param claimant the file that the other is bound to
   */
  record Unconfirmed(Optional<NetworkId> network, Path claimant) implements NetworkChoice {
    @Override
    public boolean usable() {
      return false;
    }
  }
}
