package io.github.dnsonde.probe;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The network namespace that a pod's probes are sent from, or the reason why there is none. A plan
 * remembers it: another namespace that has the pod's address later is not the pod's for that reason
 * alone.
 */
public sealed interface NetworkChoice {

  /** The pod's namespace, even if it must not be used now; empty if it is not known. */
  Optional<NetworkId> network();

  /** Returns true if probes may be sent from {@link #network} now. */
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
   * @param lasting true if this lasts longer than a teardown takes, and the API server still
   *     reports the pod: then nothing in the pod can resolve names, and that is a failure
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
   * @param network the one of them that was chosen before; empty if none was
   * @param lasting true if this lasts longer than a teardown takes: then none is used
   * @param claimants the files that they are bound to; only the first few of many
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
   * Another namespace has the pod's address, and the API server has not reported the pod since. The
   * address may belong to another pod now.
   *
   * @param network the one chosen before, if it still exists without the address
   * @param claimant the file that the other is bound to
   */
  record Unconfirmed(Optional<NetworkId> network, Path claimant) implements NetworkChoice {
    @Override
    public boolean usable() {
      return false;
    }
  }
}
