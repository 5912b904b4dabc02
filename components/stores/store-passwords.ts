import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** The generated passwords of a data store's users. */
export interface StorePasswords {
  /** User to password. */
  readonly all: Readonly<Record<string, pulumi.Output<string>>>;
  /** The password of one of them. */
  of(user: string): pulumi.Output<string>;
}

/** Makes a password for each user of a data store. */
export function storePasswords(store: string, users: readonly string[], parent: pulumi.Resource): StorePasswords {
  const all = Object.fromEntries(
    users.map((user) => [
      user,
      new random.RandomPassword(`${store}-${user}`, { length: 32, special: false }, { parent }).result,
    ]),
  );
  return {
    all,
    of: (user) => {
      const password = all[user];
      if (password === undefined) throw new Error(`no password was made for user ${user} of ${store}`);
      return password;
    },
  };
}
