import type { Page } from "playwright-core";

/**
 * Signs the blog's administrator in, as a person does.
 *
 * @param page a page of a browser that nobody is signed in with
 * @param site URL of the site, with a slash at its end
 * @param password the administrator's
 * @throws what the page says, where it lets nobody in
 */
export async function signIn(page: Page, site: string, password: string): Promise<void> {
  await page.goto(`${site}wp-login.php`);
  // The page's own script moves to the name 200 ms after it was loaded: what is being written then goes there, too.
  await page.locator("#user_login:focus").waitFor();
  await page.getByLabel("Username or Email Address").fill("admin");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log In" }).click();
  const refused = page.locator("#login_error");
  await page.locator("#wpadminbar").or(refused).first().waitFor();
  if (await refused.isVisible()) throw new Error(`nobody is signed in: ${await refused.innerText()}`);
}
