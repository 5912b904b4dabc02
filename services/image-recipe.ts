/** How an image is made where no registry can be reached. `offline/` does it. */

/** One tree that is made. */
export interface Recipe {
  /** Name of the recipe's script in `offline/images/`, without `.sh`; `<script>-before.sh` runs before the packages. */
  readonly script: string;
  /** The lines of that script, where it is no file: for one that is short. @default - it is a file */
  readonly shape?: readonly string[];
  /** Debian packages installed over the base. */
  readonly packages: readonly string[];
  /**
   * Packages that are in the archive and not installed: `<script>-before.sh` takes files out of them, without what they
   * depend on. @default []
   */
  readonly unpacked?: readonly string[];
  /** Directory of the tree that counts: `/`, or `/out` where the recipe picks single files. */
  readonly root: "/" | "/out";
  /** Further scripts of `offline/images/` that shape the tree. */
  readonly files: readonly string[];
  /** Parts that other steps make, by the name that the recipe finds them under in /vigie: step id and path in it. */
  readonly parts: Readonly<Record<string, { readonly step: string; readonly path: string }>>;
}

/** A Go program that no Debian package has: it is built from its module, with the checksums that its own `go.sum` has. */
export interface GoModule {
  /** Path of the module. */
  readonly path: string;
  /** Its version, without a `v`. */
  readonly version: string;
  /** Checksum of its files, as `go.sum` has it: `h1:…`. */
  readonly sum: string;
  /** Checksum of its `go.mod`, likewise. */
  readonly modSum: string;
  /** The package to build, from the module's directory: `./cmd/exporter`. */
  readonly package: string;
  /** The linker's flags that set what it says about itself. @default - none */
  readonly linkerFlags?: string;
  /** Arguments that make it say its version. */
  readonly versionArguments: readonly string[];
  /** Seconds that it takes on two idle cores, its modules not fetched and nothing compiled. */
  readonly takes: number;
}

/** What the images that are a busybox with one program are made of besides that program. */
export const SMALL_PACKAGES = ["busybox-static", "ca-certificates"] as const;

/** A recipe for an image of the catalogue. */
export interface ImageRecipe extends Recipe {
  /** Its program, where it is built from a Go module; the recipe finds it under the image's name. @default - it comes from a package or a part */
  readonly module?: GoModule;
  /** The package whose upstream version the image is tagged with, or that version itself. */
  readonly version: { readonly package: string } | { readonly exact: string };
  /** Signal that ends it, where it isn't SIGTERM. */
  readonly stopSignal?: string;
  /** Working directory. */
  readonly workingDirectory?: string;
  /** Variables besides the contract's. */
  readonly env?: Readonly<Record<string, string>>;
  /** User that it runs as when none is given. @default - root */
  readonly user?: string;
  /** What the repository is called, where another program takes the official one's place. @default - the image's name */
  readonly repository?: string;
}
