package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.NamespacedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request that an API server asks about before it stores the change (Kubernetes API reference,
 * AdmissionReview v1).
 *
 * @param uid identifies the request; the answer repeats it
 * @param name the object's; its namespace is empty if it is a Namespace
 * @param dryRun true if nothing will be stored
 * @param user the client that sent it
 */
public record AdmissionRequest(
    String uid,
    Operation operation,
    NamespacedName name,
    Subject subject,
    boolean dryRun,
    User user) {

  public AdmissionRequest {
    requireNonNull(uid, "uid is null");
    requireNonNull(operation, "operation is null");
    requireNonNull(name, "name is null");
    requireNonNull(subject, "subject is null");
    requireNonNull(user, "user is null");
  }

  /** The namespace that the request is about: the object's, or the Namespace itself. */
  public String namespace() {
    return switch (subject) {
      case Policy _, Other _ -> name.namespace();
      case Namespace _ -> name.name();
    };
  }

  /** The object after the change; empty if it is deleted, or cannot be read. */
  public Optional<Version> after() {
    return switch (subject) {
      case Policy(_, Optional<PolicyVersion> after) -> after.map(Function.identity());
      case Namespace(_, NamespaceVersion after) -> Optional.of(after);
      case Other _ -> Optional.empty();
    };
  }

  /** The operations; others are not asked about. */
  public enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    OTHER
  }

  /** The object, before and after. */
  public sealed interface Subject {}

  /**
   * A NetworkPolicy.
   *
   * @param before empty if it is created
   * @param after empty if it is deleted
   */
  public record Policy(Optional<PolicyVersion> before, Optional<PolicyVersion> after)
      implements Subject {
    public Policy {
      requireNonNull(before, "before is null");
      requireNonNull(after, "after is null");
    }
  }

  /** A Namespace that is changed. */
  public record Namespace(NamespaceVersion before, NamespaceVersion after) implements Subject {
    public Namespace {
      requireNonNull(before, "before is null");
      requireNonNull(after, "after is null");
    }
  }

  /** An object of another kind, or one that cannot be read. */
  public record Other() implements Subject {}

  /** An object at one time. */
  public sealed interface Version {}

  /**
   * A NetworkPolicy at one time.
   *
   * @param policy empty if its rules cannot be read
   * @param declaration in its annotations
   * @param ignores the text of its annotation {@link IgnoreAnnotation#KEY}; may be empty
   */
  public record PolicyVersion(
      Optional<NetworkPolicy> policy, Optional<Declaration> declaration, String ignores)
      implements Version {
    public PolicyVersion {
      requireNonNull(policy, "policy is null");
      requireNonNull(declaration, "declaration is null");
      requireNonNull(ignores, "ignores is null");
    }

    /** Returns true if its rules can be read and equal those of a policy. */
    public boolean rulesLike(NetworkPolicy other) {
      return policy.filter(other::rulesLike).isPresent();
    }

    /** Returns true if the rules of both can be read and are equal. */
    public boolean rulesLike(PolicyVersion other) {
      return policy.filter(other::rulesLike).isPresent();
    }
  }

  /**
   * A Namespace at one time.
   *
   * @param declaration in its annotations
   * @param ignores the text of its annotation {@link IgnoreAnnotation#KEY}; may be empty
   * @param deleting true if its deletion has been requested
   */
  public record NamespaceVersion(
      Labels labels, Optional<Declaration> declaration, String ignores, boolean deleting)
      implements Version {
    public NamespaceVersion {
      requireNonNull(labels, "labels is null");
      requireNonNull(declaration, "declaration is null");
      requireNonNull(ignores, "ignores is null");
    }
  }

  /**
   * A client of the API server.
   *
   * @param extra further properties, which authorizers may look at: OpenShift's limits of tokens,
   *     for example
   */
  public record User(
      String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public User {
      requireNonNull(name, "name is null");
      requireNonNull(uid, "uid is null");
      groups = List.copyOf(groups);
      extra = Map.copyOf(extra);
    }
  }
}
