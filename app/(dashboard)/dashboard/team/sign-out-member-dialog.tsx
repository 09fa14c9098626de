"use client"

import { startTransition, useActionState } from "react"
import { FormError } from "@/components/form-error"
import { QuestionDialog } from "@/components/question-dialog"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from "@/components/ui/alert-dialog"
import { Button } from "@/components/ui/button"
import { DialogFooter, DialogHeader } from "@/components/ui/dialog"
import type { ActionResult } from "@/lib/http/action"
import type { MemberView } from "@/lib/organizations/organizations"
import { revokeMemberSessionsAction } from "./actions"
import { memberName } from "./member-name"

type SignOutMemberDialogProps = {
  /** Null: closed. */
  member: MemberView | null
  onClose: () => void
  /** Gets what to tell the admin. */
  onSignedOut: (notice: string) => void
  returnFocusTo: () => void
}

export function SignOutMemberDialog(props: SignOutMemberDialogProps) {
  const { member, onClose, onSignedOut, returnFocusTo } = props
  return (
    <QuestionDialog isOpen={member !== null} onClose={onClose} returnFocusTo={returnFocusTo}>
      {member ? (
        <SignOutMemberForm
          member={member}
          onSignedOut={(ended) => {
            onSignedOut(noticeFor(member, ended))
            onClose()
          }}
        />
      ) : null}
    </QuestionDialog>
  )
}

type SignOutMemberFormProps = { member: MemberView; onSignedOut: (ended: number) => void }

function SignOutMemberForm({ member, onSignedOut }: SignOutMemberFormProps) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(signOutThenClose, null)

  async function signOutThenClose(previous: ActionResult<number> | null, form: FormData) {
    const result = await withStepUp(revokeMemberSessionsAction)(previous, form)
    if (result.ok) startTransition(() => onSignedOut(result.data))
    return result
  }

  return (
    <form action={submit} className="grid min-w-0 gap-5">
      <DialogHeader className="pr-0">
        <AlertDialogTitle className="break-words">Sign out {memberName(member)} everywhere?</AlertDialogTitle>
        <AlertDialogDescription>
          Every browser and program of theirs is signed out of this organization at once. They stay a member
          and can sign in again. API keys go on working.
        </AlertDialogDescription>
      </DialogHeader>
      <FormError result={result} />
      <input type="hidden" name="user_id" value={member.id} />
      <DialogFooter>
        <AlertDialogCancel asChild>
          <Button variant="outline">Cancel</Button>
        </AlertDialogCancel>
        <SubmitButton variant="destructive">Sign out everywhere</SubmitButton>
      </DialogFooter>
    </form>
  )
}

function noticeFor(member: MemberView, ended: number): string {
  if (ended === 0) return `${memberName(member)} was signed in nowhere.`
  return `${memberName(member)} is signed out everywhere: ${ended === 1 ? "one sign-in" : `${ended} sign-ins`} ended.`
}
