import { type Asset, commonAssets, imageAsset } from "../stand-in/assets"
import { avatarImage } from "../stand-in/pages"
import { type Account, getAccountById } from "./accounts"

const assets = commonAssets("GitHub")

/** The pages and files that are the same for everybody, and people's pictures. */
export function getAsset(pathname: string): Asset | undefined {
  const [, id = ""] = /^\/avatars\/u\/(\d+)$/.exec(pathname) ?? []
  const account = getAccountById(Number(id))
  return account ? imageAsset(avatarImage(account.name, account.id)) : assets.get(pathname)
}

export function avatarPath({ id }: Account): string {
  return `/avatars/u/${id}`
}
