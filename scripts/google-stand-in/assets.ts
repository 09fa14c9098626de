import { type Asset, commonAssets, imageAsset } from "../stand-in/assets"
import { avatarImage } from "../stand-in/pages"
import { getPersonBySub } from "./people"

const assets = commonAssets("Google")

/** The pages and files that are the same for everybody, and people's pictures. */
export function getAsset(pathname: string): Asset | undefined {
  const [, sub = ""] = /^\/a\/(\d{21})\.svg$/.exec(pathname) ?? []
  const person = getPersonBySub(sub)
  return person ? imageAsset(avatarImage(person.name, Number(sub.slice(-4)))) : assets.get(pathname)
}
