/**
 * What the portal is told of a stack when it is deployed: a file without a secret, which is also an output of the
 * program. Every query is written here, by the program; the portal asks no other.
 */

/** A query to Prometheus over the last hour. */
export interface PortalQuery {
  /** PromQL. */
  readonly expr: string;
  /** Name of its series: text with `{{label}}`. @default - all labels */
  readonly legend?: string;
}

/** A limit that a graph draws. */
export interface PortalMark {
  /** Where the line is drawn, in the unit of its graph. */
  readonly value: number;
  /** What it is: `critical`, `warning`, `objective`. */
  readonly means: string;
}

/** A graph on a service's page. */
export interface PortalPanel {
  /** One line, above the graph. */
  readonly title: string;
  /** What it shows, and when to worry. */
  readonly description: string;
  /** Unit by Grafana's name: `reqps`, `s`, `percentunit`, `bytes`, `short`. */
  readonly unit: string;
  /** What is drawn: each query is one line or, by its labels, several. */
  readonly queries: readonly PortalQuery[];
  /** Limits and objectives that are drawn across; there may be none. */
  readonly marks: readonly PortalMark[];
}

/** A service, a store, or a program of the monitoring. */
export interface PortalService {
  /** Its name: the label `job`, or the label `service` of what has no metrics of its own. */
  readonly name: string;
  /** The system that it is part of. @default - none */
  readonly system?: string;
  /** Who looks after it. */
  readonly owner: string;
  /** Number of targets that Prometheus scrapes. */
  readonly targets: number;
  /** What it can't do without, and what it calls. */
  readonly uses: readonly string[];
  /** Graphs of its page. */
  readonly panels: readonly PortalPanel[];
  /** Pages on it elsewhere, as whoever looks reaches them. */
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

/** An alert that may come. */
export interface PortalAlert {
  /** Its name, the label `alertname`: `HttpHighErrorRatio`. */
  readonly alert: string;
  /** How urgent it is: `critical`, `warning`, `info` or, for the Watchdog, `none`. */
  readonly severity: string;
  /** Where its runbook is. */
  readonly runbook: string;
}

/** A planned time in which nobody is told of some services. */
export interface PortalWindow {
  /** The services whose alerts tell nobody, each a value of the label `service`. */
  readonly services: readonly string[];
  /** RFC 3339. */
  readonly from: string;
  /** RFC 3339. */
  readonly to: string;
  /** What is done in it, in a line. */
  readonly why: string;
}

/** Everything. */
export interface PortalDescription {
  /** The stack, `<project>/<stack>`. */
  readonly stack: string;
  /** Whether alerts may be silenced from the portal. */
  readonly silences: boolean;
  /** Where it asks, inside the networks of the stack; each with a slash at its end. */
  readonly asks: {
    readonly prometheus: string;
    /** All of them: each knows what the others know, and the first that answers is asked. Empty where nobody is told. */
    readonly alertmanagers: readonly string[];
    readonly logs: { readonly kind: "loki" | "victorialogs"; readonly url: string };
    /** @default - no program makes spans */
    readonly traces?: { readonly kind: "jaeger" | "tempo"; readonly url: string };
  };
  /** Figures of all services at once, each series with the label `job`. */
  readonly figures: {
    /** Requests a second. */
    readonly rate: string;
    /** Share of failed requests. */
    readonly errors: string;
    /** 95th percentile of the duration, in seconds. */
    readonly p95: string;
    /** Share of the error budget that is left, by `job`. */
    readonly budget: string;
    /** Requests a second that one program sends another one, by `client` and `server`. */
    readonly calls: string;
  };
  /** Everything that has a page: services, stores, programs of the monitoring. */
  readonly services: readonly PortalService[];
  /** Who calls whom, as declared. */
  readonly calls: readonly { readonly from: string; readonly to: string }[];
  /** Every alert that a rule of the stack can raise, each once, by name. */
  readonly alerts: readonly PortalAlert[];
  /** Every planned window; one that is over does nothing any more. */
  readonly maintenance: readonly PortalWindow[];
  /** Pages of the deployment, as whoever looks reaches them, by name. */
  readonly pages: Readonly<Record<string, string>>;
}
