/**
 * The cluster, live: lists and watches of the API server become {@code cluster.ClusterView}. The
 * only user of {@code io.kubernetes}, and through it of OkHttp.
 *
 * <p>Credentials, TLS and requests are the official client's. What comes back is read as JSON and
 * never as the client's models, which refuse every field that is younger than they are. {@link
 * io.github.dnsonde.kube.ObjectReader} reads it field by field, for tenants decide how large their
 * objects are, and {@link io.github.dnsonde.kube.Store} keeps what matters to the node. Lists and
 * watches are followed by {@link io.github.dnsonde.kube.Reflector}, for the client's informers do
 * not page, ask for no bookmarks and retry at a fixed second.
 *
 * <p>What it may ask for, in RBAC's words; the verbs are list and watch:
 *
 * <table>
 * <caption>Permissions</caption>
 * <tr><th>apiGroups</th><th>resources</th><th>where</th></tr>
 * <tr><td>{@code ""}</td><td>pods, namespaces</td><td>cluster</td></tr>
 * <tr><td>networking.k8s.io</td><td>networkpolicies</td><td>cluster</td></tr>
 * <tr><td>those of {@code cluster.PolicyKind}</td><td>policies of other kinds</td><td>cluster</td></tr>
 * <tr><td>{@code ""}</td><td>services</td><td>the namespace of kube-dns</td></tr>
 * <tr><td>discovery.k8s.io</td><td>endpointslices</td><td>the namespace of kube-dns</td></tr>
 * <tr><td>apps</td><td>daemonsets</td><td>the agent's own namespace</td></tr>
 * </table>
 *
 * <p>Policies of other kinds are read whole, as far as {@link
 * io.github.dnsonde.kube.ForeignTranslation} needs them: their metadata does not tell which pods
 * and which direction they are for. Only whether there are any is asked of the metadata.
 *
 * <p>{@link io.github.dnsonde.kube.ProbePodCluster} alone writes, and the agent never makes one;
 * what it asks for stands there.
 *
 * <p>Discovery ({@code /apis}) is open to every authenticated client by the cluster role {@code
 * system:discovery}.
 */
@NullMarked
package io.github.dnsonde.kube;

import org.jspecify.annotations.NullMarked;
