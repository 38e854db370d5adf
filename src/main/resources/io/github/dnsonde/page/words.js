// Words for what the API names by a short label.

/** Why a namespace, or one of its pods, is not seen. */
const BLIND = {
  __proto__: null,
  no_agent: 'its pods run where no agent runs',
  no_network: 'the agent cannot enter the pods\u2019 networks',
  no_address: 'its pods have no address yet',
  host_network: 'its pods use the node\u2019s network',
  foreign_kernel: 'its pods have a kernel of their own',
  excluded: 'the configuration excludes it',
  finished: 'its pods have ended',
  capped: 'it has as many vantages on the node as pods.per-namespace allows',
  contested: 'several networks of the node claim the pod\u2019s address',
  unconfirmed: 'another network has the pod\u2019s address now',
  unread: 'the agent could not read it from the API server',
};

/** The words for a cause; those that are not known here are shown as they are. */
export const blindWords = (cause) => BLIND[cause] ?? cause;
