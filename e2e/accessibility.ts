import AxeBuilder from "@axe-core/playwright"
import type { Page } from "@playwright/test"
import { expect } from "./fixtures"

/** Fails with each accessibility fault of the page, or of a part of it, and the element that has it. */
export async function expectAccessible(page: Page, part = "html"): Promise<void> {
  // In the page itself: there are no frames, for which axe would open a window of its own each time.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().include(part).analyze()
  const faults = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
  expect({ page: page.url(), faults }).toEqual({ page: page.url(), faults: [] })
}
